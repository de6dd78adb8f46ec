/** Keys that do something, with the words that the help shows. */

export interface Shortcut {
  /** As the help shows it: `1`, `?`, `Shift+ArrowUp`, `Ctrl+S`. `Ctrl` is also Command. */
  keys: string;
  description: string;
  act: (event: KeyboardEvent) => void;
  /** Acts also while somebody types in a field. */
  whileTyping?: boolean;
}

interface Group {
  title: string;
  shortcuts: readonly Shortcut[];
}

const groups: Group[] = [];

/** Adds keys under a title; returns how to take them back. The keys that were added last win. */
export function registerShortcuts(title: string, shortcuts: readonly Shortcut[]): () => void {
  const group = { title, shortcuts };
  groups.push(group);
  return () => {
    const index = groups.indexOf(group);
    if (index >= 0) groups.splice(index, 1);
  };
}

/** All keys that act now, by title. */
export function shortcutGroups(): { title: string; keys: { keys: string; description: string }[] }[] {
  const titles = [...new Set(groups.map((group) => group.title))];
  return titles.map((title) => ({
    title,
    keys: groups
      .filter((group) => group.title === title)
      .flatMap((group) => group.shortcuts.map(({ keys, description }) => ({ keys, description }))),
  }));
}

/** Listens to keys; returns how to stop. */
export function startShortcuts(): () => void {
  addEventListener('keydown', handleKey);
  return () => removeEventListener('keydown', handleKey);
}

/** Does what the keys stand for. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = keyName(event);
  const isTyping = isTypedInto(event.target);
  // What lies under an open dialog must not change unseen.
  const isCovered = document.querySelector('[role="dialog"], dialog[open]') !== null;
  const found = groups
    .flatMap((group) => group.shortcuts)
    .findLast((shortcut) => shortcut.keys === name && (!isTyping || shortcut.whileTyping === true));
  if (found === undefined || isCovered) return;
  event.preventDefault();
  found.act(event);
}

/** The name of the keys of an event, as shortcuts write it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const { key } = event;
  const isLetter = /^[a-z]$/i.test(key);
  const parts = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : ''];
  // Shift is part of the character for signs such as "?", which lie elsewhere on other keyboards.
  if (event.shiftKey && (isLetter || key.length > 1)) parts.push('Shift');
  parts.push(isLetter ? key.toUpperCase() : key === ' ' ? 'Space' : key);
  return parts.filter((part) => part !== '').join('+');
}

const NOT_TYPED = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);

/** Whether keys pressed there are meant for a field. */
export function isTypedInto(target: unknown): boolean {
  if (typeof target !== 'object' || target === null) return false;
  const { tagName, type, isContentEditable } = target as {
    tagName?: string;
    type?: string;
    isContentEditable?: boolean;
  };
  if (isContentEditable === true) return true;
  if (tagName === 'INPUT') return !NOT_TYPED.has(type ?? 'text');
  return tagName === 'TEXTAREA' || tagName === 'SELECT';
}
