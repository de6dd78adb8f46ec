/** Errors of the interface to the server, all in the words of what, why and what to do. */
import type { Problem } from './cases';

/** An answer of the server that says why it did not do what was asked. */
export class ApiProblem extends Error implements Problem {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
    this.name = 'ApiProblem';
  }

  get code(): string {
    return this.problem.code;
  }
  get doing(): string {
    return this.problem.doing;
  }
  get subject(): string {
    return this.problem.subject;
  }
  get hint(): string {
    return this.problem.hint;
  }
}

/** No answer came: the server has stopped, or the network is gone. */
export class ServerLost extends Error implements Problem {
  readonly code = 'server-lost';
  readonly subject = 'the server of the workbench';
  readonly hint = 'See whether "rert serve" still runs. What is shown stays, and nothing you entered is lost.';

  constructor(readonly doing: string) {
    super('the server does not answer');
    this.name = 'ServerLost';
  }
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(thrown: unknown, doing: string): Problem {
  if (thrown instanceof ApiProblem || thrown instanceof ServerLost) {
    const { code, subject, message, hint } = thrown;
    return { code, doing: thrown.doing, subject, message, hint };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'unexpected',
    doing,
    subject: 'the workbench',
    message,
    hint: 'Load the page again. If it stays, tell the developers.',
  };
}

/** Whether a request was taken back by its `AbortSignal`, which is no error. */
export function isAborted(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}

/** What an answer with an error status says; an answer of another form is told as it came. */
export function problemOf(status: number, body: unknown, doing: string): ApiProblem {
  const text = (field: string): string | undefined => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return new ApiProblem(status, {
    code: text('code') ?? `status-${status}`,
    doing: text('doing') ?? doing,
    subject: text('subject') ?? '',
    message: text('message') ?? `the server answered with the status ${status}`,
    hint: text('hint') ?? hintFor(status),
  });
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return 'Open the workbench with the address that "rert serve" printed.';
  if (status >= 500) return 'Try again. If it stays, look at what "rert serve" printed.';
  return 'Load the page again.';
}
