/**
 * Words that a text beside them turns round. A character that changes the direction of writing and is not kept within its own
 * text makes `45.3 Gy` behind it read `yG 3.54`. The payloads themselves may be read in whatever way.
 *
 * Runs in the page.
 */
export function writtenBackwards(payloads: readonly string[]): string[] {
  const turning = /[\u202a-\u202e\u2066-\u2069]/;
  const found: string[] = [];
  const blockOf = (node: Node): Element | null => {
    let element = node.parentElement;
    while (element !== null && getComputedStyle(element).display === 'inline') element = element.parentElement;
    return element;
  };
  const textsOf = (element: Element): Text[] => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
    return texts;
  };
  const placeOf = (text: Text, index: number): DOMRect => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    return range.getBoundingClientRect();
  };
  const isOfPayload = (text: Text, index: number): boolean =>
    payloads.some((payload) => {
      const start = text.data.lastIndexOf(payload, index);
      return start >= 0 && index < start + payload.length;
    });
  const isBackwards = (text: Text): boolean =>
    [...text.data.matchAll(/[A-Za-z]{2}|[0-9]{2}/g)].some(({ index }) => {
      if (isOfPayload(text, index)) return false;
      const [left, right] = [placeOf(text, index), placeOf(text, index + 1)];
      return left.width > 0 && Math.abs(left.top - right.top) < 1 && left.left > right.left;
    });
  for (const text of textsOf(document.body)) {
    const block = turning.test(text.data) ? blockOf(text) : null;
    if (block === null) continue;
    const beside = textsOf(block).filter((other) => blockOf(other) === block);
    found.push(...beside.filter(isBackwards).map((other) => other.data.trim()));
  }
  return [...new Set(found)];
}
