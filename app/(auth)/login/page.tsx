import { AuthFrame } from "#components/layout/auth-frame.tsx";
import { LoginForm } from "#components/layout/login-form.tsx";

export default function LoginPage() {
  return (
    <AuthFrame title="Sign in">
      <LoginForm />
    </AuthFrame>
  );
}
