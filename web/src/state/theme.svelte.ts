/** Light or dark: as the system has it until a person chooses. */

export type Theme = 'light' | 'dark';

const KEY = 'rert.theme';

class ThemeState {
  current = $state<Theme>('light');

  /** Applies the theme and follows the system as long as nobody chose; returns how to stop. */
  start(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => {
      if (stored() === null) this.apply(system.matches ? 'dark' : 'light');
    };
    this.apply(stored() ?? (system.matches ? 'dark' : 'light'));
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }

  toggle(): void {
    this.apply(this.current === 'dark' ? 'light' : 'dark');
    localStorage.setItem(KEY, this.current);
  }

  private apply(theme: Theme): void {
    this.current = theme;
    document.documentElement.dataset['theme'] = theme;
  }
}

function stored(): Theme | null {
  const text = localStorage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : null;
}

export const theme = new ThemeState();
