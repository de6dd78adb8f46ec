/** What the tumour board answers to the questions put to it. */
import type { BoardStatement } from '../../api/clinical';
import type { BoardAnswer, Settings } from '../../api/settings';

export type BoardAnswers = Readonly<Record<string, BoardAnswer>>;

/** Who has answered a question: nobody yet, the board, or the assessment by itself. */
export type BoardGroup = 'people' | 'board' | 'assessment';

/** Answers that need no writing. */
export const BOARD_WORDS = ['yes', 'no', 'not applicable'] as const;

export type BoardWord = (typeof BOARD_WORDS)[number];

/** What the board states in the settings as they are edited; null stands for settings that are not known yet. */
export function statedBy(
  { id, stated }: Pick<BoardStatement, 'id' | 'stated'>,
  board: BoardAnswers | null,
): BoardAnswer | null {
  return board === null ? (stated ?? null) : (board[id] ?? null);
}

/** Where a question stands; one that both answer is the board's. */
export function boardGroup(
  statement: Pick<BoardStatement, 'id' | 'stated' | 'answer'>,
  board: BoardAnswers | null,
): BoardGroup {
  if (statedBy(statement, board) !== null) return 'board';
  return (statement.answer ?? null) === null ? 'people' : 'assessment';
}

/** States an answer; one without words or without a name is none, and what stood there is taken back. True where it is stated. */
export function stateBoardAnswer(draft: Settings, id: string, { answer, by }: BoardAnswer): boolean {
  const own = { answer: answer.trim(), by: by.trim() };
  const isWhole = own.answer !== '' && own.by !== '';
  const others = Object.entries(draft.board ?? {}).filter(([other]) => other !== id);
  const next = isWhole ? [...others, [id, own] as const] : others;
  if (next.length === 0) delete draft.board;
  else draft.board = Object.fromEntries(next);
  return isWhole;
}

/** The word with which an answer begins, where it is one of those that need no writing. */
export function leadingWord(answer: string): BoardWord | null {
  return BOARD_WORDS.find((word) => afterWord(answer, word) !== null) ?? null;
}

/** Puts a word before an answer in the place of another one, or takes it away where it stands there already; what else is written stays. */
export function toggledWord(answer: string, word: BoardWord): string {
  const before = leadingWord(answer);
  const rest = before === null ? answer.trim() : (afterWord(answer, before) ?? '');
  if (before === word) return rest;
  return rest === '' ? word : `${word}; ${rest}`;
}

/** What follows a word and a mark; null where the answer does not begin with the word. */
function afterWord(answer: string, word: BoardWord): string | null {
  const text = answer.trim();
  if (text.toLowerCase() === word) return '';
  const [, rest] = new RegExp(`^${word}\\s*[;,.:–-]\\s*(.*)$`, 'is').exec(text) ?? [];
  return rest ?? null;
}

/** Names that answered something in the case, each once, for a choice. */
export function knownNames({ board = {}, case: own = {} }: Settings): string[] {
  const consensus = [own.toxicity_concern, own.same_organ].flatMap((answer) =>
    typeof answer === 'object' ? [answer.by] : [],
  );
  return [...new Set([...Object.values(board).map(({ by }) => by), ...consensus])].toSorted();
}

/** The name to begin with where nobody has typed one: that of all answers, where they have one name. */
export function nameOfAll(board: BoardAnswers | undefined): string {
  const names = new Set(Object.values(board ?? {}).map(({ by }) => by));
  const [only] = names;
  return names.size === 1 ? (only ?? '') : '';
}
