import { AuthFrame } from "#components/layout/auth-frame.tsx";
import { SetupForm } from "#components/layout/setup-form.tsx";

export default function SetupPage() {
  return (
    <AuthFrame title="Create the first account" lead="It can do everything here.">
      <SetupForm />
    </AuthFrame>
  );
}
