"use client";

import { NotificationsPage } from "#components/settings/notifications-page.tsx";

export default function SettingsNotificationsPage() {
  return <NotificationsPage />;
}
