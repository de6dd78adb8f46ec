/** Short messages that pass by. What a person must not miss belongs on the page instead. */

export type ToastKind = 'done' | 'note' | 'problem';

export interface Toast {
  id: number;
  kind: ToastKind;
  text: string;
  action?: { label: string; act: () => void } | undefined;
}

const SHOWN_MS = { done: 4000, note: 6000 };

let nextId = 1;

export const toasts = $state<Toast[]>([]);

/** Shows a message; a problem stays until it is dismissed. */
export function notify(kind: ToastKind, text: string, action?: Toast['action']): number {
  const id = nextId++;
  toasts.push({ id, kind, text, action });
  if (kind !== 'problem') setTimeout(() => dismiss(id), SHOWN_MS[kind]);
  return id;
}

/** Takes a message away. */
export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}
