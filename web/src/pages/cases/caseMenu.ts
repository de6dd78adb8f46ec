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
import { session } from '../../state/session.svelte';
import type { CasesView } from './casesView.svelte';

interface CaseMenuItem {
  label: string;
  act: () => void;
  icon: Component;
  shortcut?: string;
  disabled?: boolean;
  reason?: string | undefined;
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
  const toAssess = session.whyNot('post_cases_case_assessment');
  const toAdd = session.whyNot('post_imports');
  const toRename = session.whyNot('patch_cases_case');
  const toDelete = session.whyNot('delete_cases_case');
  return [
    { label: 'Open', icon: FolderOpen, shortcut: 'Enter', act: () => view.open(one.id) },
    { label: assessWord(one), icon: Play, disabled, reason: toAssess, act: () => void view.assess(one) },
    { label: 'Add files', icon: FilePlus, disabled, reason: toAdd, separated: true, act: () => add(one.id, 'files') },
    { label: 'Add a folder', icon: FolderPlus, disabled, reason: toAdd, act: () => add(one.id, 'folder') },
    { label: 'Rename', icon: Pencil, shortcut: 'F2', reason: toRename, act: () => view.askToRename(one) },
    {
      label: 'Delete',
      icon: Trash,
      shortcut: 'Delete',
      disabled,
      reason: toDelete,
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
