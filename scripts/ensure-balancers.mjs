// Finds HAProxy and NGINX for the tests that drive real ones, and installs the distribution's when there is none.
import { installPackage, isProgram, placesOf } from "./programs.mjs";

const programs = [
  { name: "haproxy", variable: "HAPROXY_PATH", package: "haproxy" },
  { name: "nginx", variable: "NGINX_PATH", package: "nginx-light" },
];

/** Environment with the absolute path of each; those that are missing and cannot be installed here are named. */
export function ensureBalancers() {
  const env = {};
  const missing = [];
  for (const program of programs) {
    const path = ensureProgram(program);
    if (path) env[program.variable] = path;
    else missing.push(program.name);
  }
  return { env, missing };
}

function ensureProgram({ name, variable, package: debian }) {
  const chosen = process.env[variable];
  if (chosen && !isProgram(chosen)) throw new Error(`${variable} names ${chosen}, which is not a program.`);
  const find = () => placesOf([name]).find((place) => isProgram(place));
  const found = chosen || find();
  if (found) return found;
  return installPackage(debian) ? (find() ?? null) : null;
}
