import { randomBytes } from "node:crypto";
import { cookieOf, isSame, signText } from "./signature.ts";

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
  const sign = (email: string, nonce: string) => signText(secret, `device\n${email}\n${nonce}`);
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
