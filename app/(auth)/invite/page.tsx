import { AuthFrame } from "#components/layout/auth-frame.tsx";
import { InviteForm } from "#components/layout/invite-form.tsx";

export default function InvitePage() {
  return (
    <AuthFrame title="Create your account">
      <InviteForm />
    </AuthFrame>
  );
}
