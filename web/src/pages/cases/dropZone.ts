/** Takes files that are dropped on the page of the cases; those that miss it must not make the browser leave the workbench. */
import type { Attachment } from 'svelte/attachments';
import { caseList } from './caseList.svelte';
import type { CasesView } from './casesView.svelte';
import { carriesFiles, droppedOf } from './pickedFiles';

export function dropZone(view: CasesView): Attachment<HTMLElement> {
  return (element) => {
    const listeners: [keyof WindowEventMap, (event: DragEvent) => void][] = [
      ['dragover', (event) => hang(view, element, event)],
      ['dragleave', (event) => leave(view, event)],
      ['drop', (event) => drop(view, element, event)],
    ];
    // The window listens: a drag that ends outside of the page still ends.
    for (const [name, listener] of listeners) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener as EventListener);
    };
  };
}

function hang(view: CasesView, element: HTMLElement, event: DragEvent): void {
  if (event.dataTransfer === null || !carriesFiles(event.dataTransfer)) return;
  event.preventDefault();
  const isOver = event.target instanceof Node && element.contains(event.target) && !isCovered();
  event.dataTransfer.dropEffect = isOver ? 'copy' : 'none';
  view.isDraggedOver = isOver;
  view.dropTarget = isOver ? caseUnder(event.target) : null;
}

/** Leaving an element for another one inside the window is no leaving. */
function leave(view: CasesView, event: DragEvent): void {
  if (event.relatedTarget === null) end(view);
}

function drop(view: CasesView, element: HTMLElement, event: DragEvent): void {
  if (event.dataTransfer === null || !carriesFiles(event.dataTransfer)) return;
  event.preventDefault();
  const isOver = event.target instanceof Node && element.contains(event.target) && !isCovered();
  if (isOver) void view.drop(droppedOf(event.dataTransfer), caseUnder(event.target));
  end(view);
}

function end(view: CasesView): void {
  view.isDraggedOver = false;
  view.dropTarget = null;
}

function caseUnder(target: EventTarget | null): { id: string; label: string } | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-case]') : null;
  return caseList.cases.find(({ id }) => id === row?.dataset['case']) ?? null;
}

function isCovered(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}
