const waitMs = 500;
/** A script that is really gone must not have the page loaded for ever. */
const restMs = 10_000;

/**
 * Goes into the page itself, before any script that is fetched. A page whose scripts did not all arrive shows that it loads, for
 * ever: a network that changes under the browser drops what it has asked for, and an update takes old files away. It is
 * loaded again, unless somebody has typed something by then.
 */
export const loadAgain = `(() => {
  const key = "tideline:loaded-again";
  let typed = false;
  addEventListener("input", () => { typed = true; }, true);
  addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLScriptElement) || typed || Date.now() - Number(sessionStorage.getItem(key)) < ${restMs}) return;
    sessionStorage.setItem(key, String(Date.now()));
    const again = () => setTimeout(() => location.reload(), ${waitMs});
    if (navigator.onLine) again();
    else addEventListener("online", again, { once: true });
  }, true);
})();`;
