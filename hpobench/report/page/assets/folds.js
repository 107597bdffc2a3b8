// What is folded: on a phone all sections at first, each opened by whatever leads into it.

/** Fold all sections of the page; their summaries say what is in them. */
function foldParts() {
  for (const part of document.querySelectorAll(".part")) part.open = false;
}

/** Open a section, or all folds around an element. */
function unfold(target) {
  let fold = target.querySelector(":scope > .part") ?? target.closest("details");
  for (; fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

/** Open all folds, and return what closes those again that were closed. */
function unfoldAll() {
  const closed = [...document.querySelectorAll("details:not([open])")];
  for (const fold of closed) fold.open = true;
  return () => { for (const fold of closed) fold.open = false; };
}
