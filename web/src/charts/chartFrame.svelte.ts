/** The room of a chart in pixels and the size of its text, so that it follows its container and the scale of the page. */
export class ChartFrame {
  width = $state(0);
  /** Size of the small text in pixels; all distances follow it. */
  unit = $state(12);

  /** Watches the element that the chart fills. Its font size is that of the small text. */
  readonly watch = (element: HTMLElement): (() => void) => {
    const read = (): void => {
      this.width = element.clientWidth;
      this.unit = Number.parseFloat(getComputedStyle(element).fontSize) || 12;
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => {
      observer.disconnect();
    };
  };
}
