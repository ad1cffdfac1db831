import { createHmac, timingSafeEqual } from "node:crypto";

/** HMAC-SHA-256, base64url. The text begins with what it is for, so that one signature never stands for another. */
export function signText(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

/** Takes as long whatever is different. */
export function isSame(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)];
  return one.length === two.length && timingSafeEqual(one, two);
}

export function cookieOf(header: string | null | undefined, name: string): string | undefined {
  const pair = header?.split(";").find((each) => each.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}
