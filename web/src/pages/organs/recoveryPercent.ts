/** Recovery is stated as a share and read as percent. Rounding keeps 0.29 from being shown as 28.999999999999996. */

export function percentOf(share: number | undefined): number | null {
  return share === undefined ? null : Math.round(share * 1e8) / 1e6;
}

export function shareOf(percent: number): number {
  return Math.round(percent * 1e6) / 1e8;
}
