const idle = window.requestIdleCallback ?? setTimeout;
idle(async () => {
  const bundle = await import("$JS");
  await bundle.default({ module_or_path: "$WASM" });
  bundle.hydrate();
  // Islands from the outside in; what lies between an island and one inside it is told first.
  const wake = async (element, told) => {
    if (element.localName === "leptos-island") {
      told?.();
      await bundle[element.dataset.component]?.(element);
    } else if (element.localName === "leptos-children") {
      told = element.$$on_hydrate;
    }
    for (const child of [...element.children]) await wake(child, told);
  };
  await wake(document.body);
});
