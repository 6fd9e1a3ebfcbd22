// What is near the edge of the window while somebody is dragged comes into view by itself.

const EDGE_PX = 56;
const FASTEST_PX = 14;

let frame = 0;

// How far beyond the inner edge, in parts of it: -1 at the very top, 1 at the very bottom, 0 in between.
function beyond(at, length) {
  if (at < EDGE_PX) return (at - EDGE_PX) / EDGE_PX;
  return at > length - EDGE_PX ? (at - length + EDGE_PX) / EDGE_PX : 0;
}

// What scrolls sideways under the pointer: the page, or a part of it that is wider than its place.
function sideways(element) {
  for (let each = element; each; each = each.parentElement) {
    if (each.scrollWidth > each.clientWidth && /auto|scroll/.test(getComputedStyle(each).overflowX)) return each;
  }
  return document.scrollingElement;
}

// Scrolls as long as the pointer stays there, and tells after each step: something else lies under it then.
export function scrollNear(x, y, tell) {
  stopScrolling();
  const [dx, dy] = [beyond(x, innerWidth), beyond(y, innerHeight)].map((part) => Math.max(-1, Math.min(1, part)) * FASTEST_PX);
  if (!dx && !dy) return;
  frame = requestAnimationFrame(() => {
    sideways(document.elementFromPoint(x, y)).scrollLeft += dx;
    window.scrollBy(0, dy);
    tell();
  });
}

export function stopScrolling() {
  cancelAnimationFrame(frame);
}
