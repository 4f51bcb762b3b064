/**
 * What was found out once in a run, by small numbers. One object serves run after run, so that nothing has to be cleared.
 */
export class Answers<Answer> {
  /** For each number the run in which it was answered last. */
  private readonly runs: number[] = [];
  private readonly answers: (Answer | undefined)[] = [];
  private run = 0;

  /** Forgets all answers. */
  begin(): void {
    this.run++;
  }

  has(number: number): boolean {
    return this.runs[number] === this.run;
  }

  /** The answer for a number that has one. */
  of(number: number): Answer {
    return this.answers[number] as Answer;
  }

  set(number: number, answer: Answer): void {
    for (let more = this.runs.length; more <= number; more++) {
      this.runs.push(0);
      this.answers.push(undefined);
    }
    this.runs[number] = this.run;
    this.answers[number] = answer;
  }
}
