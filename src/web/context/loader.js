// A little work at a time: in between the page scrolls and answers.
const pause = () => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve, { timeout: 300 }));
let since = 0;
const breathe = async () => {
  if (performance.now() - since < 8) return;
  await pause();
  since = performance.now();
};
const wake = async () => {
  const bundle = await import("$JS");
  await bundle.default({ module_or_path: "$WASM" });
  await breathe();
  bundle.hydrate();
  // Islands from the outside in; what lies between an island and one inside it is told first.
  const visit = async (element, told) => {
    if (element.localName === "leptos-island") {
      await breathe();
      told?.();
      await bundle[element.dataset.component]?.(element);
    } else if (element.localName === "leptos-children") {
      told = element.$$on_hydrate;
    }
    for (const child of [...element.children]) await visit(child, told);
  };
  await visit(document.body);
};
const idle = () => pause().then(wake);
if (document.body.classList.contains("paper")) {
  // Most readers look once and need none of it: their page wakes when they begin to move in it.
  const signs = ["scroll", "pointermove", "pointerdown", "keydown"];
  // A tap that woke the page is not lost: it is made again once somebody hears it, and what it opened stays open.
  let tapped = null;
  const tap = (event) => (tapped ??= event.target.closest?.("leptos-island :is(button, summary)"));
  const begin = async () => {
    for (const sign of signs) removeEventListener(sign, begin);
    addEventListener("click", tap);
    await idle();
    await pause();
    removeEventListener("click", tap);
    const box = tapped?.closest("details");
    const open = box?.open;
    tapped?.click();
    if (box) box.open = open;
  };
  for (const sign of signs) addEventListener(sign, begin, { passive: true });
} else {
  idle();
}
