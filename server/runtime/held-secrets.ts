import { Failure } from "#domain/failure.ts";
import { createSecrets, type Secrets, type SecretsInput } from "#server/io/secrets.ts";
import { Sensitive } from "#server/io/sensitive.ts";

/**
 * Where secrets are, as the console has told last: directories, and the variables that it was started with. In memory only.
 * So an instance that crashes while the console is away starts with its secrets, and what a runtime left that was killed
 * waits for the next console, which is what starts the runtime again.
 */
export class HeldSecrets implements Pick<Secrets, "readText"> {
  #told: Sensitive<SecretsInput> | null = null;

  tell(told: SecretsInput): void {
    this.#told = new Sensitive(told);
  }

  async readText(reference: string): Promise<Sensitive<string>> {
    if (this.#told === null)
      throw new Failure(
        "unavailable",
        "The console has not told the runtime yet where secrets are. It does so when it is started or starts the runtime.",
      );
    return createSecrets(this.#told.reveal()).readText(reference);
  }
}
