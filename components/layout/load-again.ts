/** A script that is really gone must not have the page loaded for ever. */
const restMs = 10_000;
const askEveryMs = 500;
/** A minute: a server that restarts is back by then. */
const askedMax = 120;

/**
 * Goes into the page itself, before any script that is fetched. A page whose scripts did not all arrive shows that it loads, for
 * ever: a network that changes under the browser drops what it has asked for, and an update takes old files away. It is
 * loaded again once the server answers. A script that a browser's extension adds, and our policy refuses, is no reason. A page
 * that has loaded fetches what it still needs by itself, again and again.
 */
export const loadAgain = `(() => {
  const key = "tideline:loaded-again";
  const note = () => sessionStorage.setItem(key, String(Date.now()));
  addEventListener("error", async ({ target }) => {
    const isOurs = target instanceof HTMLScriptElement && target.src.startsWith(location.origin + "/_next/");
    if (!isOurs || document.readyState === "complete") return;
    if (Date.now() - Number(sessionStorage.getItem(key)) < ${restMs}) return;
    note();
    for (let asked = 0; asked < ${askedMax}; asked += 1) {
      await new Promise((resolve) => setTimeout(resolve, ${askEveryMs}));
      const answer = await fetch("/readyz").catch(() => null);
      if (!answer?.ok) continue;
      note();
      location.reload();
      return;
    }
  }, true);
})();`;
