import { type ContainerRight, type ContainerSettings, rightsOf } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";

/** Throws Failure("invalid") that names each field which asks for more than an admin has allowed. */
export function refuseRights(settings: ContainerSettings, allowed: readonly ContainerRight[]): void {
  const problems = rightsOf(settings)
    .filter(({ right }) => !allowed.includes(right))
    .map(({ right, field }) => ({
      field,
      message: `This reaches beyond the container. An admin allows it with ${right} in TIDELINE_DOCKER_ALLOW.`,
    }));
  const [first] = problems;
  if (first) throw new Failure("invalid", `${first.field}: ${first.message}`, problems);
}
