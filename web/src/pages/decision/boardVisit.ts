/** What the board has begun to answer and not stated yet, and the name that was typed last; kept while other pages are looked at. */
import { SvelteMap } from 'svelte/reactivity';
import type { BoardAnswer, Settings } from '../../api/settings';
import { guardUnsaved } from '../../state/unsaved';
import { nameOfAll, stateBoardAnswer } from './boardAnswers';

export class BoardVisit {
  /** Words of answers that nobody gives yet, by case and question: settings take no answer without a name. */
  private readonly begun = new SvelteMap<string, string>();
  private readonly names = new SvelteMap<string, string>();

  constructor() {
    guardUnsaved(() => this.begun.size > 0);
  }

  /** What was written for a question and is not stated. */
  begunAnswer(caseId: string, question: string): string | undefined {
    return this.begun.get(keyOf(caseId, question));
  }

  /** Questions of a case that have words and no name. */
  unsigned(caseId: string, questions: readonly string[]): ReadonlySet<string> {
    return new Set(questions.filter((question) => this.begun.has(keyOf(caseId, question))));
  }

  /** The name that is offered for the next answer. */
  offered(caseId: string, board: Settings['board']): string {
    return this.names.get(caseId) ?? nameOfAll(board);
  }

  /** Takes what stands in the fields of a question; true where that is an answer. */
  enter(draft: Settings, caseId: string, question: string, entered: BoardAnswer): boolean {
    const isStated = stateBoardAnswer(draft, question, entered);
    const [key, answer, by] = [keyOf(caseId, question), entered.answer.trim(), entered.by.trim()];
    if (isStated || answer === '') this.begun.delete(key);
    else this.begun.set(key, answer);
    if (by !== '') this.names.set(caseId, by);
    return isStated;
  }
}

function keyOf(caseId: string, question: string): string {
  return `${caseId} ${question}`;
}

export const boardVisit = new BoardVisit();
