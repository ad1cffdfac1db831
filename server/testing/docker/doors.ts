import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import ssh2 from "ssh2";

/** Other ways to a real engine, as its machine's administrator would open them. */
export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/** A CA, and a certificate of it for both sides. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), "tideline-tls-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  try {
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem");
    openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-keyout",
      "key.pem",
      "-out",
      "csr.pem",
    );
    openssl(
      "x509",
      "-req",
      "-in",
      "csr.pem",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-copy_extensions",
      "copy",
      "-out",
      "cert.pem",
    );
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** An engine's socket behind TLS, to those who show a certificate of the same CA. */
export function openTlsDoor(socketPath: string, certificates: Certificates): Promise<Door> {
  const server = createTlsServer({ ...certificates, requestCert: true, rejectUnauthorized: true }, (socket) => joinTo(socketPath, socket));
  server.on("tlsClientError", () => {});
  return listen(server);
}

/** Takes every connection and says nothing. */
export function openSilentDoor(): Promise<Door> {
  return listen(createServer(() => {}));
}

export interface SshDoor extends Door {
  /** As `ssh-keygen -lf` prints it. */
  readonly fingerprint: string;
}

/** An SSH server that lets one key's owner forward to sockets, as sshd does. */
export async function openSshDoor(user: string, publicKey: string): Promise<SshDoor> {
  const host = ssh2.utils.generateKeyPairSync("ed25519");
  const parsedHost = ssh2.utils.parseKey(host.public) as ssh2.ParsedKey;
  const allowed = (ssh2.utils.parseKey(publicKey) as ssh2.ParsedKey).getPublicSSH();
  const server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (asked) => {
      if (asked.method === "publickey" && asked.username === user && asked.key.data.equals(allowed)) asked.accept();
      else asked.reject(["publickey"]);
    });
    client.on("openssh.streamlocal" as never, (accept: () => ssh2.ServerChannel, _: unknown, { socketPath }: { socketPath: string }) =>
      joinTo(socketPath, accept() as unknown as Socket),
    );
  });
  const fingerprint = `SHA256:${createHash("sha256").update(parsedHost.getPublicSSH()).digest("base64").replace(/=+$/, "")}`;
  return { ...(await listen(server as unknown as Server)), fingerprint };
}

function joinTo(socketPath: string, socket: Socket): void {
  const engine = connect(socketPath);
  socket.pipe(engine).pipe(socket);
  socket.on("error", () => engine.destroy());
  engine.on("error", () => socket.destroy());
}

async function listen(server: Server): Promise<Door> {
  const open = new Set<Pick<Socket, "end"> & Partial<Pick<Socket, "destroy">>>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // An SSH connection of the package has an end only.
        for (const each of open) each.destroy ? each.destroy() : each.end();
      }),
  };
}
