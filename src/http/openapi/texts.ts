/** Every operation of the API, by the name the document knows it by. */
export type OperationId =
  | 'scheduleMessage'
  | 'listMessages'
  | 'scheduleBatch'
  | 'readMessage'
  | 'changeMessage'
  | 'cancelMessage'
  | 'fireMessage'
  | 'replayMessage'
  | 'removeMessages'
  | 'replayMessages'
  | 'listDeliveries'
  | 'readStats'
  | 'readHealth'
  | 'readDocument'
  | 'readDocs';

/** Words of the document and of the page made from it. */
export interface Texts {
  readonly title: string;
  readonly about: string;
  /** What each operation does. */
  readonly summaries: Readonly<Record<OperationId, string>>;
  readonly page: Readonly<
    Record<'open' | 'token' | 'parameters' | 'body' | 'answers' | 'schemas' | 'required', string>
  >;
}

const EN: Texts = {
  title: 'Scheduling API',
  about:
    'Send this payload to this URL at this time. Every refusal is a problem document (RFC 9457) whose ' +
    '`code` programs can rely on. Any other path answers 404, and any other method 405, in the same way; ' +
    'where GET is taken, so is HEAD.',
  summaries: {
    scheduleMessage: 'Schedules a message',
    listMessages: 'Lists messages, the next due first',
    scheduleBatch: 'Schedules many messages, each with a result of its own',
    readMessage: 'Shows everything that is stored of a message',
    changeMessage: 'Changes a message that is scheduled',
    cancelMessage: 'Cancels and removes a message',
    fireMessage: 'Sends a scheduled message now',
    replayMessage: 'Sends a failed message again',
    removeMessages: 'Removes every message that matches',
    replayMessages: 'Sends every failed message that matches again',
    listDeliveries: 'Lists attempts to deliver, the newest first',
    readStats: 'Counts messages and tells how well it goes',
    readHealth: 'Tells whether the service works',
    readDocument: 'This description, as OpenAPI 3.1',
    readDocs: 'This description, as a page to read',
  },
  page: {
    open: 'no token needed',
    token: 'needs the token',
    parameters: 'Parameters',
    body: 'Body',
    answers: 'Answers',
    schemas: 'Schemas',
    required: 'required',
  },
};

const PT_BR: Texts = {
  title: 'API de Agendamento',
  about:
    'Envie este conteúdo para esta URL neste horário. Toda recusa é um documento de problema (RFC 9457) ' +
    'em cujo `code` programas podem confiar. Qualquer outro caminho responde 404, e qualquer outro ' +
    'método 405, da mesma forma; onde GET é aceito, HEAD também é.',
  summaries: {
    scheduleMessage: 'Agenda uma mensagem',
    listMessages: 'Lista mensagens, a próxima a vencer primeiro',
    scheduleBatch: 'Agenda muitas mensagens, cada uma com seu resultado',
    readMessage: 'Mostra tudo o que está guardado de uma mensagem',
    changeMessage: 'Altera uma mensagem agendada',
    cancelMessage: 'Cancela e remove uma mensagem',
    fireMessage: 'Envia já uma mensagem agendada',
    replayMessage: 'Envia de novo uma mensagem que falhou',
    removeMessages: 'Remove todas as mensagens que correspondem',
    replayMessages: 'Envia de novo todas as mensagens que falharam e correspondem',
    listDeliveries: 'Lista tentativas de entrega, a mais nova primeiro',
    readStats: 'Conta as mensagens e diz como vai o serviço',
    readHealth: 'Diz se o serviço funciona',
    readDocument: 'Esta descrição, como OpenAPI 3.1',
    readDocs: 'Esta descrição, como página para ler',
  },
  page: {
    open: 'sem token',
    token: 'exige o token',
    parameters: 'Parâmetros',
    body: 'Corpo',
    answers: 'Respostas',
    schemas: 'Esquemas',
    required: 'obrigatório',
  },
};

/** The document's words, by the value of API_LOCALE. */
export const TEXTS: Readonly<Record<'pt-BR' | 'en', Texts>> = { 'pt-BR': PT_BR, en: EN };
