interface TestEngine {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export function startEngine(options: { program: string; dataBytes?: number; network?: boolean }): Promise<TestEngine>;
