/** What a document says, and what of it is more than text. Each of these functions runs in the page, so that it stands alone. */

/** All words: of elements, of attributes that are shown or read aloud, and of fields. */
export function wordsOfDocument(): string[] {
  const spoken = ['title', 'aria-label', 'aria-description', 'placeholder', 'alt', 'aria-valuetext'];
  const words = [document.title, document.body.textContent];
  for (const element of document.querySelectorAll('*')) {
    words.push(...spoken.map((name) => element.getAttribute(name) ?? ''));
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) words.push(element.value);
  }
  return words.filter((word) => word !== '');
}

/** What an executed text, or one without an end, leaves behind. */
export function hazardsOfState(mark: string): string[] {
  const state = window as unknown as Record<string, string | string[] | undefined>;
  const violations = (state['violationsOfPolicy'] as string[] | undefined) ?? [];
  const hazards = violations.map((violation) => `the policy stopped ${violation}`);
  if (state[mark] !== undefined) hazards.push(`${mark} was set to ${String(state[mark])}`);
  if (mark in Object.prototype) hazards.push('the prototype of objects was changed');
  const beyond = document.documentElement.scrollWidth - window.innerWidth;
  if (beyond > 0) hazards.push(`the window can be moved sideways by ${beyond} px`);
  return hazards;
}

/** Elements and attributes that a text became. */
export function hazardsOfElements(mark: string): string[] {
  const addressed = /^(href|src|srcdoc|action|formaction|data|xlink:href|poster|ping|background)$/;
  const never = 'iframe, frame, object, embed, base, applet, marquee, math, portal, meta[http-equiv]';
  const isHarmless = (element: Element, address: string): boolean => {
    if (address.includes(mark) || !URL.canParse(address, location.href)) return false;
    const { protocol, origin } = new URL(address, location.href);
    if (protocol === 'https:' && element.tagName === 'A') return true;
    if (protocol === 'data:') return /^data:(image|font)\//.test(address);
    return address.startsWith('#') || (origin === location.origin && ['http:', 'blob:'].includes(protocol));
  };
  const isHazard = (element: Element): boolean => {
    const isScript =
      element.tagName === 'SCRIPT' && !isHarmless(element, element.getAttribute('src') ?? 'about:inline');
    const isStyle = element.tagName === 'STYLE' && element.textContent.includes(mark);
    return isScript || isStyle || element.matches(never) || element instanceof HTMLUnknownElement;
  };
  const isHazardousAttribute = (element: Element, { name, value }: Attr): boolean =>
    name.startsWith('on') ||
    name.replaceAll('-', '_').includes(mark) ||
    (name === 'style' && value.includes(mark)) ||
    (addressed.test(name) && !isHarmless(element, value));

  return [...document.querySelectorAll('*')].flatMap((element) => {
    // A frame that may do nothing is how a document is shown within a page; what it holds is looked at by itself.
    if (element.matches('iframe[sandbox=""]:not([src])')) return [];
    const tag = element.tagName.toLowerCase();
    const attributes = [...element.attributes].filter((attribute) => isHazardousAttribute(element, attribute));
    const hazards = attributes.map(({ name, value }) => `${tag} with ${name}=${value}`);
    return isHazard(element) ? [`the element ${tag}`, ...hazards] : hazards;
  });
}
