import type { ContainerArtifact } from "./container.ts";
import type { Artifact } from "./release.ts";

/** How a release is run, as rows for people: what there is to say, by its name. Holds no secret. */
export function describeArtifact(artifact: Artifact): Record<string, string> {
  if (artifact.type === "process") return { Command: artifact.command.join(" "), Directory: artifact.directory };
  const { image, entrypoint, command, user, port, memoryBytes, cpus, mounts, restart } = artifact;
  return {
    Image: image,
    Port: String(port),
    Restart: restart,
    ...(entrypoint ? { Entrypoint: entrypoint.join(" ") } : {}),
    ...(command ? { Command: command.join(" ") } : {}),
    ...(user ? { User: user } : {}),
    ...(memoryBytes ? { Memory: `${Math.round(memoryBytes / 1_048_576)} MiB` } : {}),
    ...(cpus ? { CPU: `${cpus} cores` } : {}),
    ...(mounts.length > 0 ? { Mounts: mounts.map(describeMount).join(", ") } : {}),
    ...describeReach(artifact),
  };
}

function describeMount(mount: ContainerArtifact["mounts"][number]): string {
  return `${mount.type === "volume" ? mount.volume : mount.directory} at ${mount.path}${mount.readOnly ? ", read only" : ""}`;
}

/** What reaches beyond the container is always named. */
function describeReach({ privileged, hostNetwork }: ContainerArtifact): Record<string, string> {
  return { ...(privileged ? { Privileged: "yes" } : {}), ...(hostNetwork ? { Network: "the host's" } : {}) };
}
