// Sets the remembered theme before the first paint, so that a dark room never flashes white. Not a module on purpose.
(() => {
  const theme = localStorage.getItem("playground.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
