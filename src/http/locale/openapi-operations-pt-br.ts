import type { OperationTexts } from './openapi-texts.ts';

export const operationsPtBR: OperationTexts = {
  title: 'API de Agendamento',
  about:
    'Envie este conteúdo para esta URL neste horário. Toda recusa é um documento de problema (RFC 9457) ' +
    'em cujo `code` programas podem confiar, e nada é guardado. Qualquer outro caminho responde 404, e ' +
    'qualquer outro método 405, da mesma forma; onde GET é aceito, HEAD também é. Um parâmetro de consulta ' +
    'que não esteja descrito é recusado com 422. Toda resposta traz um `X-Request-Id`, pelo qual o log ' +
    'conhece a requisição.',
  token:
    'O valor da configuração `API_TOKEN`, que pode tudo, ou um token de `API_TOKENS`, que pode o que dizem os ' +
    'seus escopos: `read` consulta, `write` cria, altera, remove e envia mensagens, `admin` remove e reenvia ' +
    'tudo o que os filtros escolhem. Cada operação diz de qual precisa.',
  groups: {
    one: 'Uma mensagem',
    many: 'Muitas mensagens',
    looking: 'Consultas',
    service: 'O serviço',
  },
  operations: {
    scheduleMessage: [
      'Agenda uma mensagem',
      'Ela vence em `scheduleTo`, ou depois de `delay`. 201 significa que está guardada, com tudo de que ' +
        'precisa para ser enviada. Para repetir uma requisição com segurança, use `onConflict` ou uma ' +
        '`Idempotency-Key`.',
    ],
    scheduleBatch: [
      'Agenda muitas mensagens, cada uma com seu resultado',
      'Cada uma é tratada como se enviada sozinha; uma ruim não estraga as outras. Os resultados estão na ' +
        'ordem das mensagens.',
    ],
    changeMessage: [
      'Altera uma mensagem agendada',
      'Tudo o que é informado muda de uma vez, e o id permanece. `null` desfaz um campo opcional. Uma ' +
        'mensagem em entrega ou que falhou é recusada com 409.',
    ],
    cancelMessage: [
      'Cancela e remove uma mensagem',
      'Em qualquer estado. Quando há uma entrega em andamento responde 202: aquela requisição não pode ser ' +
        'desfeita, mas nenhuma outra se segue.',
    ],
    fireMessage: [
      'Envia já uma mensagem agendada',
      'Ela vence agora mesmo; o que foi pedido em `scheduleTo` continua à vista.',
    ],
    replayMessage: [
      'Envia de novo uma mensagem que falhou',
      'Ela vence agora mesmo, outra vez com todas as suas tentativas pela frente.',
    ],
    removeMessages: [
      'Remove todas as mensagens que correspondem',
      'Percorre um número limitado de mensagens: com um `nextCursor` na resposta pode haver mais, e a mesma ' +
        'requisição com ele como `cursor` continua.',
    ],
    replayMessages: [
      'Envia de novo todas as mensagens que falharam e correspondem',
      'Percorre um número limitado de mensagens: com um `nextCursor` na resposta pode haver mais, e a mesma ' +
        'requisição com ele como `cursor` continua. Os filtros vão na consulta da URL.',
    ],
    listMessages: [
      'Lista mensagens, a próxima a vencer primeiro',
      'Página a página: o `nextCursor` de uma resposta é o `cursor` da próxima requisição, com os mesmos ' +
        'filtros. Um percurso assim passa exatamente uma vez por toda mensagem que fica onde está. `tag`, ' +
        '`host` e os estados que não o das que falharam são verificados mensagem a mensagem, no máximo ' +
        '10.000 por requisição: uma página assim pode vir curta, ou vazia, e ainda haver mais.',
    ],
    readMessage: [
      'Mostra tudo o que está guardado de uma mensagem',
      'Inclusive suas tentativas, e o atraso de cada uma. O que nunca foi informado não aparece.',
    ],
    listDeliveries: [
      'Lista tentativas de entrega, a mais nova primeiro',
      'Tantas quantas o registro de entregas guarda: a configuração `DELIVERY_LOG_LENGTH`.',
    ],
    readStats: [
      'Conta as mensagens e diz como vai o serviço',
      'Quantas há em cada estado, quantas vencem em breve, há quanto tempo a mais antiga está vencida, e se ' +
        'os eventos do Redis chegam.',
    ],
    readHealth: [
      'Diz se o serviço funciona',
      'Para sondas: 200 enquanto o Redis responde, senão 503.',
    ],
    readLiveness: [
      'Diz se o processo está vivo',
      'Para sondas que o reiniciam: 200 enquanto ele responde, haja o que houver com o Redis.',
    ],
    readReadiness: [
      'Diz se este processo quer trabalho',
      'Para sondas que escolhem aonde vão as requisições: 200 quando o Redis é alcançado, é mestre e executa ' +
        'os scripts, seus eventos estão provados ou sabidamente ausentes, e não foi pedida uma parada; ' +
        'senão 503, dizendo o que falta. O que diz do Redis tem no máximo um segundo.',
    ],
    readMetrics: [
      'Diz o que o serviço mede',
      'Para o Prometheus, que envia o token como credencial: o que todos os processos atrás desta porta ' +
        'contaram, e como está agora. Com o Redis fora, o que ele diria não aparece.',
    ],
    readDocument: [
      'Esta descrição, como OpenAPI 3.1',
      'Feita dos esquemas que verificam as requisições.',
    ],
    readDocs: ['Esta descrição, como página para ler', 'Não precisa de scripts nem da internet.'],
    readWebhookKeys: [
      'As chaves públicas com que se verificam os webhooks',
      'Para destinatários que verificam assinaturas `v1a` (ed25519) e não guardam segredo: um JWK Set (RFC ' +
        '7517). Enquanto as chaves mudam há várias; cada webhook é assinado com todas.',
    ],
  },
  successes: {
    Scheduled: 'A mensagem está guardada e será enviada.',
    KnownAlready: 'O id já existia: ficou como estava ou foi substituída, como diz `onConflict`.',
    Changed: 'A mensagem foi alterada.',
    Fired: 'A mensagem vence agora.',
    Replayed: 'A mensagem vence agora, com todas as suas tentativas pela frente.',
    Removed: 'A mensagem foi removida e não será enviada.',
    RemovedInFlight: 'A mensagem foi removida, mas uma entrega já estava em andamento.',
    RemovedMany: 'Quantas mensagens foram removidas.',
    ReplayedMany: 'Quantas mensagens vencem de novo.',
    BatchResults: 'O que foi feito de cada mensagem.',
    Healthy: 'O serviço funciona e alcança o Redis.',
    Alive: 'O processo responde.',
    Ready: 'O processo quer trabalho.',
    Metrics: 'As métricas.',
    MessageList: 'Uma página de mensagens.',
    Message: 'A mensagem.',
    DeliveryList: 'Uma página de tentativas.',
    Stats: 'Contagens e estado, no momento de `redisTime`.',
    Document: 'O documento OpenAPI.',
    Page: 'A página.',
    WebhookKeys: 'As chaves.',
  },
  headers: {
    Location: 'Onde a mensagem se encontra.',
    'Retry-After': 'Segundos após os quais tentar de novo.',
    RateLimit:
      'O que resta a este token: `r` requisições de uma vez; depois de `t` segundos, tantas quantas pode ter.',
    'RateLimit-Policy':
      'O que qualquer token pode: `q` requisições de uma vez, e outras tantas depois de `w` segundos.',
    Allow: 'Os métodos que este caminho aceita.',
    'WWW-Authenticate': 'Como provar quem você é.',
    'X-Request-Id':
      'O id da requisição no log: o `X-Request-Id` com que ela veio (até 128 letras, dígitos e ' +
      '`._:@/+=-`), ou um novo.',
  },
  page: {
    contents: 'Conteúdo',
    open: 'sem token',
    token: 'exige um token com o escopo',
    parameters: 'Parâmetros',
    body: 'Corpo',
    answers: 'Respostas',
    schemas: 'Esquemas',
    schema: 'Como JSON Schema',
    required: 'obrigatório',
  },
};
