/** The life of one process: it ends once, abruptly; afterwards its timers, links and database are dead. */
export interface Life {
  readonly isOver: boolean;
  end(why: string): void;
}

export function newLife(onEnd: (why: string) => void): Life {
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end(why) {
      if (isOver) return;
      isOver = true;
      onEnd(why);
    },
  };
}
