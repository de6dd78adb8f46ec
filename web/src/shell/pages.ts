/** The pages of the workbench; each is loaded when it is first shown. */
import ChartNoAxesGantt from '@lucide/svelte/icons/chart-no-axes-gantt';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Gavel from '@lucide/svelte/icons/gavel';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import KeyRound from '@lucide/svelte/icons/key-round';
import Layers from '@lucide/svelte/icons/layers';
import Move3d from '@lucide/svelte/icons/move-3d';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Component } from 'svelte';
import { CASE_PAGES, type CasePage, type PageName } from '../state/route';
import { session } from '../state/session.svelte';

export interface PageEntry {
  name: PageName;
  title: string;
  /** What a person finds there. */
  description: string;
  icon: Component;
  load: () => Promise<{ default: Component }>;
}

export const PAGE_ENTRIES: readonly PageEntry[] = [
  {
    name: 'cases',
    title: 'Cases',
    description: 'All cases; import another one',
    icon: FolderOpen,
    load: () => import('../pages/cases'),
  },
  {
    name: 'timeline',
    title: 'Timeline',
    description: 'Courses, intervals, drugs and toxicities in time',
    icon: ChartNoAxesGantt,
    load: () => import('../pages/timeline'),
  },
  {
    name: 'alignment',
    title: 'Alignment',
    description: 'Registrations between the courses',
    icon: Move3d,
    load: () => import('../pages/alignment'),
  },
  {
    name: 'dose',
    title: 'Dose',
    description: 'Doses of all courses, plane by plane',
    icon: Layers,
    load: () => import('../pages/dose'),
  },
  {
    name: 'organs',
    title: 'Organs',
    description: 'Histograms, limits and verdicts',
    icon: HeartPulse,
    load: () => import('../pages/organs'),
  },
  {
    name: 'budget',
    title: 'Budget',
    description: 'What the limits leave for the new course',
    icon: Wallet,
    load: () => import('../pages/budget'),
  },
  {
    name: 'decision',
    title: 'Decision',
    description: 'Classification, report and signature',
    icon: Gavel,
    load: () => import('../pages/decision'),
  },
  {
    name: 'administration',
    title: 'Admin',
    description: 'Accounts, access to cases and the log',
    icon: KeyRound,
    load: () => import('../pages/administration'),
  },
];

/** Those of this person. Only a department has something to administer. */
export function pagesShown(): readonly PageEntry[] {
  const isAdministrator = session.isDepartment && session.allows('get_accounts');
  return PAGE_ENTRIES.filter(({ name }) => name !== 'administration' || isAdministrator);
}

export function isCasePage(name: PageName): name is CasePage {
  return (CASE_PAGES as readonly string[]).includes(name);
}
