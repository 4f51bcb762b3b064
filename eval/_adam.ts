/** Adam's usual constants (Kingma and Ba, 2015). */
const [MOMENTUM, SQUARES, TINY] = [0.9, 0.999, 1e-8];

/** Gradient descent with a rate of its own for each value (Adam), for training only. */
export class Adam {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private steps = 0;

  constructor(size: number) {
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  /** Moves values one step against their gradient, in place. */
  step(values: Float64Array, gradient: Float64Array, rate: number): void {
    const { first, second } = this;
    this.steps++;
    const [one, two] = [1 - MOMENTUM ** this.steps, 1 - SQUARES ** this.steps];
    for (let at = 0; at < values.length; at++) {
      const slope = gradient[at] as number;
      const m = MOMENTUM * (first[at] as number) + (1 - MOMENTUM) * slope;
      const v = SQUARES * (second[at] as number) + (1 - SQUARES) * slope * slope;
      first[at] = m;
      second[at] = v;
      values[at] = (values[at] as number) - (rate * (m / one)) / (Math.sqrt(v / two) + TINY);
    }
  }
}
