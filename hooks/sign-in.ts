import { post } from "./post.ts";

/** Null when signed in; otherwise a sentence for the form. */
export async function signIn(email: string, password: string): Promise<string | null> {
  const answer = await post("/api/auth/sign-in/email", { email, password });
  if (!answer) return "Tideline does not answer. Check that it is running, then try again.";
  if (answer.ok) return null;
  if (answer.status === 403) return "Only admins sign in with a password here. Use the button above.";
  if (answer.status === 429) return `Too many wrong tries. Try again in ${pauseOf(answer)}.`;
  return answer.status >= 500 ? "Signing in failed on our side. Try again." : "This email and password do not belong together.";
}

function pauseOf(answer: Response): string {
  const seconds = Number(answer.headers.get("retry-after")) || 1;
  if (seconds < 60) return seconds === 1 ? "a second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}
