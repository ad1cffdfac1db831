// Finds a Prometheus for the tests that ask a real one, and installs the distribution's when there is none.
import { installPackage, isProgram, placesOf } from "./programs.mjs";

/** Absolute path of the program; null when there is none and none can be installed here. */
export function ensurePrometheus() {
  const chosen = process.env.PROMETHEUS_PATH;
  if (chosen && !isProgram(chosen)) throw new Error(`PROMETHEUS_PATH names ${chosen}, which is not a program.`);
  const find = () => placesOf(["prometheus"]).find((place) => isProgram(place));
  const found = chosen || find();
  if (found) return found;
  return installPackage("prometheus") ? (find() ?? null) : null;
}
