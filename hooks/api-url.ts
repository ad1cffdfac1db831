/** Where the typed procedures are served. */
export const apiUrl = "/api/trpc";
