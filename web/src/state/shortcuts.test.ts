import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handleKey, isTypedInto, keyName, registerShortcuts, shortcutGroups } from './shortcuts';

const NO_MODIFIERS = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function press(key: string, more: Partial<KeyboardEvent> = {}): { preventDefault: ReturnType<typeof vi.fn> } {
  const preventDefault = vi.fn();
  handleKey({ key, ...NO_MODIFIERS, target: null, ...more, preventDefault } as unknown as KeyboardEvent);
  return { preventDefault };
}

let isDialogOpen = false;
const undo: (() => void)[] = [];

beforeEach(() => {
  isDialogOpen = false;
  vi.stubGlobal('document', { querySelector: () => (isDialogOpen ? {} : null) });
});
afterEach(() => {
  vi.unstubAllGlobals();
  undo.splice(0).forEach((act) => act());
});

it.each([
  ['a', {}, 'A'],
  ['?', { shiftKey: true }, '?'],
  ['ArrowUp', { shiftKey: true }, 'Shift+ArrowUp'],
  ['s', { metaKey: true }, 'Ctrl+S'],
  ['S', { ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+S'],
  [' ', {}, 'Space'],
] as const)('%j with %j', (key, modifiers, name) => {
  expect(keyName({ key, ...NO_MODIFIERS, ...modifiers })).toBe(name);
});

it.each([
  [{ tagName: 'INPUT', type: 'text' }, true],
  [{ tagName: 'INPUT', type: 'search' }, true],
  [{ tagName: 'INPUT', type: 'checkbox' }, false],
  [{ tagName: 'TEXTAREA' }, true],
  [{ tagName: 'SELECT' }, true],
  [{ tagName: 'DIV', isContentEditable: true }, true],
  [{ tagName: 'BUTTON' }, false],
  [null, false],
])('%j is typed into: %s', (target, isTyped) => {
  expect(isTypedInto(target)).toBe(isTyped);
});

it('the keys that were added last win, and come back when these go', () => {
  const first = vi.fn();
  const second = vi.fn();
  undo.push(registerShortcuts('A', [{ keys: 'W', description: 'first', act: first }]));
  const remove = registerShortcuts('B', [{ keys: 'W', description: 'second', act: second }]);
  expect(press('w').preventDefault).toHaveBeenCalled();
  remove();
  press('w');
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  expect(shortcutGroups()).toEqual([{ title: 'A', keys: [{ keys: 'W', description: 'first' }] }]);
});

it('nothing acts in a field or under a dialog, but what may', () => {
  const act = vi.fn();
  const save = vi.fn();
  undo.push(
    registerShortcuts('A', [
      { keys: 'W', description: '', act },
      { keys: 'Ctrl+S', description: '', act: save, whileTyping: true },
    ]),
  );
  const target = { tagName: 'INPUT', type: 'text' } as unknown as EventTarget;
  expect(press('w', { target }).preventDefault).not.toHaveBeenCalled();
  press('s', { target, ctrlKey: true });
  isDialogOpen = true;
  press('w');
  expect([act.mock.calls.length, save.mock.calls.length]).toEqual([0, 1]);
});
