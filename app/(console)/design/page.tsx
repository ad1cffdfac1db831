import { notFound } from "next/navigation";
import { Catalogue } from "#components/catalogue/catalogue.tsx";

/** For whoever works on the console: every part of it in every state. Not there in what is shipped. */
export default function DesignPage() {
  if (process.env.NODE_ENV === "production") notFound();
  return <Catalogue />;
}
