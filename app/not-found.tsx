import { MessagePage } from "#components/layout/message-page.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { paths } from "#domain/paths.ts";

export default function NotFound() {
  return (
    <MessagePage
      title="There is no such page"
      actions={
        <a href={paths.home()} className={buttonLook({ variant: "primary" })}>
          Go to fleets
        </a>
      }
    >
      The address leads nowhere. It may have been mistyped, or what it named was removed.
    </MessagePage>
  );
}
