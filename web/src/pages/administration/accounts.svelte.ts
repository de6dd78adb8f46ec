/** The accounts, as the page of the administration shows them. */
import {
  type Account,
  type AccountChange,
  addAccount,
  changeAccount,
  listAccounts,
  type NewAccount,
  renewToken,
} from '../../api/administration';
import type { Problem } from '../../api/cases';
import { asProblem, isAborted } from '../../api/client';

export class Accounts {
  /** Null until it was read. */
  all = $state.raw<readonly Account[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** A token that is shown once: the server tells it never again, and it is gone when the dialog closes. */
  token = $state.raw<{ name: string; text: string } | null>(null);

  async read(signal?: AbortSignal): Promise<void> {
    try {
      const all = await listAccounts(signal);
      this.all = all.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
      this.problem = null;
    } catch (thrown) {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, 'listing the accounts');
    }
  }

  /** Null where it was done, else why not. */
  async add(account: NewAccount): Promise<Problem | null> {
    return this.act('adding an account', async () => {
      const { token } = await addAccount(account);
      if (token !== null) this.token = { name: account.name, text: token };
    });
  }

  async change(name: string, change: AccountChange): Promise<Problem | null> {
    return this.act('changing an account', async () => {
      await changeAccount(name, change);
    });
  }

  async renewToken(name: string): Promise<Problem | null> {
    return this.act('making a token', async () => {
      this.token = { name, text: await renewToken(name) };
    });
  }

  private async act(doing: string, task: () => Promise<void>): Promise<Problem | null> {
    try {
      await task();
      await this.read();
      return null;
    } catch (thrown) {
      return asProblem(thrown, doing);
    }
  }
}
