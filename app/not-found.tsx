import { MessagePage } from "#components/layout/message-page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { paths } from "#domain/paths.ts";

export default function NotFound() {
  return (
    <MessagePage
      title="There is no such page"
      actions={
        <ButtonLink href={paths.home()} variant="primary">
          Go to fleets
        </ButtonLink>
      }
    >
      The address leads nowhere. It may have been mistyped, or what it named was removed.
    </MessagePage>
  );
}
