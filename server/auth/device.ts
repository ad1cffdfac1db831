import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Tells a browser in which an account was signed in to before. It opens nothing: it only spares its owner the pauses that strangers cause. */
export interface Devices {
  /** Which of an account's browsers sends these cookies; null for one that the account was never signed in to. */
  find(cookieHeader: string | null, email: string): string | null;
  /** The cookie to set after a right password. */
  remember(email: string): string;
}

const nonceBytes = 16;
const keptSeconds = 400 * 86_400;

export function createDevices({ secret, secure }: { readonly secret: string; readonly secure: boolean }): Devices {
  const name = secure ? "__Host-tideline.device" : "tideline.device";
  const sign = (email: string, nonce: string) => createHmac("sha256", secret).update(`device\n${email}\n${nonce}`).digest("base64url");
  return {
    find: (cookieHeader, email) => {
      const value = cookieOf(cookieHeader, name);
      const [nonce, signature] = value?.split(".") ?? [];
      return nonce && signature && isSame(signature, sign(email, nonce)) ? nonce : null;
    },
    remember: (email) => {
      const nonce = randomBytes(nonceBytes).toString("base64url");
      const attributes = `Path=/; Max-Age=${keptSeconds}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
      return `${name}=${nonce}.${sign(email, nonce)}; ${attributes}`;
    },
  };
}

function cookieOf(header: string | null, name: string): string | undefined {
  const pair = header?.split(";").find((each) => each.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}

function isSame(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)];
  return one.length === two.length && timingSafeEqual(one, two);
}
