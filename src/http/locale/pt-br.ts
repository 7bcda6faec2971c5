import type { Locale } from './locale.ts';

export const ptBR: Locale = {
  words: {
    scheduled: 'agendada',
    removed: 'removida',
    changed: 'alterada',
    fired: 'disparada',
    replayed: 'reenviada',
    healthy: 'saudável',
    connected: 'conectado',
    disconnected: 'desconectado',
    alive: 'vivo',
    ready: 'pronto',
    removedInFlight:
      'Uma entrega desta mensagem já estava em andamento e não pode ser desfeita; nenhuma outra será feita.',
  },
  statuses: { scheduled: 'agendada', delivering: 'entregando', failed: 'falhou' },
  problems: {
    unauthorized: [
      'Não autorizado',
      'Token ausente ou inválido: envie o cabeçalho Authorization: Bearer <token>',
    ],
    'missing-scope': [
      'Não permitido',
      'Falta a este token o escopo {0}; quem dá escopos é a configuração API_TOKENS',
    ],
    'rate-limited': [
      'Requisições demais',
      'Este token fez mais requisições do que pode; tente de novo em {0} s',
    ],
    'route-not-found': ['Não encontrado', 'Não há nada em {0}'],
    'method-not-allowed': ['Método não permitido', 'O método {0} não é aceito neste endereço'],
    'malformed-body': ['Corpo inválido', 'O corpo não é um JSON válido: {0}'],
    'body-too-large': ['Corpo grande demais', 'O corpo passa do limite de {0} bytes'],
    'unsupported-media-type': [
      'Tipo de conteúdo não aceito',
      'Envie o corpo como JSON em UTF-8, com o cabeçalho Content-Type: application/json',
    ],
    'malformed-request': [
      'Requisição malformada',
      'Isto não é uma requisição HTTP que se entenda; a conexão é encerrada',
    ],
    'request-timeout': ['Tempo esgotado', 'A requisição não chegou inteira a tempo'],
    'headers-too-large': [
      'Cabeçalhos grandes demais',
      'O caminho e os cabeçalhos da requisição ocupam mais do que é aceito',
    ],
    'invalid-message': ['Mensagem inválida', '{0}'],
    'invalid-query': ['Consulta inválida', '{0}'],
    'invalid-cursor': ['Cursor inválido', '{0}'],
    'message-exists': ['Mensagem já existe', 'Já existe uma mensagem com o id {0}'],
    'message-not-found': ['Mensagem não encontrada', 'Não há mensagem com o id {0}'],
    'message-in-flight': [
      'Entrega em andamento',
      'Uma entrega da mensagem {0} está em andamento; tente de novo quando terminar',
    ],
    'message-failed': [
      'Mensagem falhou',
      'A mensagem {0} falhou; para tentar de novo, use POST /messages/{id}/replay',
    ],
    'message-not-failed': [
      'Mensagem não falhou',
      'A mensagem {0} não está entre as que falharam; só essas podem ser reenviadas',
    ],
    'key-reused': [
      'Chave de idempotência repetida',
      'A Idempotency-Key da mensagem {0} já foi usada com outra requisição; use uma nova',
    ],
    'store-unavailable': [
      'Serviço indisponível',
      'O Redis não está acessível no momento; tente novamente em instantes',
    ],
    'store-full': [
      'Serviço sem espaço',
      'O Redis está sem memória e a mensagem não foi guardada; libere memória ou aumente maxmemory',
    ],
    'not-ready': ['Não está pronto', 'Nada deve ser enviado para cá agora: {0}'],
    'not-durable': [
      'Não durável a tempo',
      'O Redis fez isto, mas {0} não foi alcançado a tempo: pode ficar feito ou se perder com um servidor; ' +
        'envie a requisição de novo',
    ],
    'internal-error': ['Erro interno', 'Erro interno; a causa está no log do serviço'],
  },
  rules: {
    required: 'é obrigatório',
    unknown: 'não é um campo conhecido',
    type: 'deve ser do tipo {0}',
    'min-length': 'deve ter pelo menos {0} caractere(s)',
    'max-length': 'deve ter no máximo {0} caracteres',
    'max-total': 'deve ter no máximo {0} caracteres ao todo, somando nomes e valores',
    'max-bytes': 'deve ocupar no máximo {0} bytes como JSON',
    'message-id': 'não pode conter caracteres de controle nem Unicode malformado, nem ser . ou ..',
    'due-time': 'deve ser uma data e hora ISO 8601 que exista, como 2026-01-31T10:00:00-03:00',
    'webhook-url': 'deve ser uma URL http:// ou https:// completa, sem usuário e senha',
    'refused-destination':
      'leva a {0}, aonde a configuração (WEBHOOK_NETWORKS e outras) não deixa nenhum webhook ir',
    nesting: 'está aninhado fundo demais',
    minimum: 'deve ser no mínimo {0}',
    maximum: 'deve ser no máximo {0}',
    choice: 'deve ser um destes: {0}',
    'min-items': 'deve ter pelo menos {0} item',
    'max-items': 'deve ter no máximo {0} itens',
    unique: 'não pode ter itens repetidos',
    duration: 'deve ser milissegundos ou uma duração ISO 8601 não negativa, como PT5M',
    'header-name':
      'tem um cabeçalho com nome inválido ou reservado (webhook-*, host, content-length, de conexão)',
    'header-value': 'tem um valor com caracteres de controle ou fora do Latin-1',
    text: 'não pode conter caracteres de controle nem Unicode malformado',
    contradicts: 'não pode ser usado junto com {0}',
    'in-past': 'já passou, e ifPast é "reject"',
    'before-due': 'é anterior ao horário da entrega',
    'nothing-to-change': 'deve trazer pelo menos um campo a alterar',
    masked: 'traz *** onde um segredo foi ocultado: envie o segredo, ou deixe o campo de fora',
    'unread-body': 'não é lido aqui: os filtros vão na consulta da URL',
    'unknown-parameter': 'não é um parâmetro de consulta conhecido',
    repeated: 'deve ser informado uma só vez',
    destination: 'deve ser um nome de host ou endereço IP, com ou sem porta, como example.com:8443',
    'later-than': 'deve ser posterior a {0}',
    durability: 'deve ser memory, replica:<n> (1 a 9) ou fsync',
    'durability-here':
      'não pode ser obtido deste Redis, que diz "{0}": fsync requer Redis 7.2 ou mais novo com appendonly ' +
      'yes, replica:<n> um usuário que possa usar WAIT e INFO',
    cursor:
      'deve ser um nextCursor desta mesma lista, enviado sem alteração e com os mesmos filtros com que veio',
  },
  body: 'corpo',
};
