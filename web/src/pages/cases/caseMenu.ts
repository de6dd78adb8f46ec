/** What can be done to a case, for its menu. */
import FilePlus from '@lucide/svelte/icons/file-plus';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import Pencil from '@lucide/svelte/icons/pencil';
import Play from '@lucide/svelte/icons/play';
import Trash from '@lucide/svelte/icons/trash-2';
import type { Component } from 'svelte';
import type { CaseSummary } from '../../api/cases';
import { jobs } from '../../state/jobs.svelte';
import type { CasesView } from './casesView.svelte';

interface CaseMenuItem {
  label: string;
  act: () => void;
  icon: Component;
  shortcut?: string;
  disabled?: boolean;
  isDangerous?: boolean;
  separated?: boolean;
}

export function caseMenu(
  one: CaseSummary,
  view: CasesView,
  add: (id: string, what: 'files' | 'folder') => void,
): CaseMenuItem[] {
  // Objects that are being measured must not change under the hands of the server.
  const disabled = jobs.ofCase(one.id) !== undefined;
  return [
    { label: 'Open', icon: FolderOpen, shortcut: 'Enter', act: () => view.open(one.id) },
    { label: assessWord(one), icon: Play, disabled, act: () => void view.assess(one) },
    { label: 'Add files', icon: FilePlus, disabled, separated: true, act: () => add(one.id, 'files') },
    { label: 'Add a folder', icon: FolderPlus, disabled, act: () => add(one.id, 'folder') },
    { label: 'Rename', icon: Pencil, shortcut: 'F2', act: () => (view.renaming = one) },
    {
      label: 'Delete',
      icon: Trash,
      shortcut: 'Delete',
      disabled,
      separated: true,
      isDangerous: true,
      act: () => view.askToDelete(one),
    },
  ];
}

/** What assessing is called where it was done before. */
export function assessWord({ state }: Pick<CaseSummary, 'state'>): string {
  return state === 'imported' ? 'Assess' : 'Assess again';
}
