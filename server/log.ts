import { type Logger as PinoLogger, pino } from "pino";
import type { Config } from "./config.ts";

export type Logger = PinoLogger;

/** Fields that may hold a secret, wherever an object with them is logged. */
const secretFields = ["password", "token", "secret", "authorization", "cookie", "set-cookie", "env", "databaseUrl", "connectionString", "link"];

/** JSON lines on standard output. Secrets in known fields are replaced; never interpolate one into a message. */
export function createLog(config: Pick<Config, "logLevel">): Logger {
  return pino({
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretFields.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]), censor: "[redacted]" },
    serializers: { err: pino.stdSerializers.err },
  });
}
