/** The keys that act on every page. */
import { openCase } from '../state/case.svelte';
import { router } from '../state/router.svelte';
import { session } from '../state/session.svelte';
import type { Shortcut } from '../state/shortcuts';
import { theme } from '../state/theme.svelte';
import { isCasePage, pagesShown } from './pages';

/** Keys for the pages, saving, theme and help. */
export function shellShortcuts(showHelp: () => void): Shortcut[] {
  const pages = pagesShown().map(({ name, title }, index) => ({
    keys: String(index + 1),
    description: title,
    act: () => {
      if (name === 'administration') router.go({ page: name, caseId: null });
      else if (!session.allows('get_cases')) return;
      else if (isCasePage(name)) router.goToPage(name, router.current.caseId ?? openCase.id);
      else router.goToCases();
    },
  }));
  return [
    ...pages,
    {
      keys: 'Ctrl+S',
      description: 'Save the settings',
      whileTyping: true,
      act: () => {
        // The field that is being edited commits when it is left, and only then does the draft hold its value.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        void openCase.save();
      },
    },
    { keys: 'Ctrl+Enter', description: 'Save and assess', whileTyping: true, act: () => void openCase.assess() },
    { keys: 'T', description: 'Light or dark', act: () => theme.toggle() },
    { keys: '?', description: 'This help', act: showHelp },
  ];
}
