// Before anything is drawn: the scheme, the density and the language that this browser chose last.
(function () {
  var root = document.documentElement;
  var kept;
  try {
    kept = JSON.parse(localStorage.getItem("gutenbot.look") || "{}");
  } catch {
    kept = null;
  }
  kept = kept || {};
  var dark = kept.scheme === "dark" || (kept.scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  if (kept.density === "compact") root.setAttribute("data-density", "compact");
  var language = kept.locale || navigator.language || "en";
  root.lang = language;
  root.dir = /^(ar|he|fa|ur)\b/.test(language) ? "rtl" : "ltr";
})();
